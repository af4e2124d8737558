"""The order desk: the board, one order with its customer, edits, returns and refunds, the packing bench."""
