"""How fast the tool is beside others on the same work: `python -m tests.bench --help`. No part of the test run."""
