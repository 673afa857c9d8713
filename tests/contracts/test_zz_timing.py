import time
def test_a(deployment):
    pass
def test_b(deployment):
    pass
