"""Wrong: the sign of the occlusion map; kernels turned clockwise.

fails: test_occlusion_values, test_occlusion_fill, test_occlusion_evidence, test_rotate_values, test_rotate_channels, test_rotate_equivariance
says: test_occlusion_values: sign
says: test_occlusion_fill: sign
says: test_rotate_values: clockwise
says: test_rotate_equivariance: wrong way
"""


# %% [occlusion_map]
def occlusion_map(model, image, label, size, stride, fill):
    rows = range(0, image.shape[0] - size + 1, stride)
    columns = range(0, image.shape[1] - size + 1, stride)
    batch = [image]
    for top in rows:
        for left in columns:
            covered = image.copy()
            covered[top : top + size, left : left + size] = fill
            batch.append(covered)
    scores = np.asarray(model(np.array(batch)))[:, label]
    return (scores[1:] - scores[0]).reshape(len(rows), len(columns))


# %% [rotate_kernels]
def rotate_kernels(kernels):
    return np.stack([np.rot90(kernels, -turns, axes=(0, 1)) for turns in range(4)])
