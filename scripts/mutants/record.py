def write(root, seed, tried):
    pass
