"""Wrong: rows and columns of the occlusion map exchanged; the channels' axes turned.

fails: test_occlusion_shape, test_occlusion_values, test_occlusion_fill, test_occlusion_evidence, test_rotate_values, test_rotate_channels, test_rotate_equivariance
says: test_occlusion_shape: exchanged
says: test_occlusion_values: exchanged
says: test_rotate_channels: channels
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
    return (scores[0] - scores[1:]).reshape(len(rows), len(columns)).T


# %% [rotate_kernels]
def rotate_kernels(kernels):
    turned = [kernels]
    for turns in range(1, 4):
        turned.append(np.rot90(kernels, turns, axes=(2, 3)))
    same = all(copy.shape == kernels.shape for copy in turned)
    return np.stack(turned) if same else np.stack([kernels] * 4)
