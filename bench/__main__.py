"""`python -m bench [name ...]`; `make bench JOB=name` comes here."""

import sys

from bench.harness import main

sys.exit(main(sys.argv[1:]))
