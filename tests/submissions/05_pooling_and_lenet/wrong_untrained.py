"""Wrong: built, and never trained.

fails: test_accuracy
says: test_accuracy: at least
"""

# %% [trained]
model = lenet()
losses = [2.3]
