"""The Online Retail invoice table (541,909 dirty lines of a British gift wholesaler) as products, customers, orders,
credit notes and stock adjustments. `transform` decides, `load` writes; every input row is accounted for.
"""
