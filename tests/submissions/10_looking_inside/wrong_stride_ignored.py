"""Wrong: the patches are always 1 pixel apart; a 1 switches a segment off.

fails: test_occlusion_shape, test_occlusion_values, test_occlusion_fill, test_occlusion_evidence, test_lime_values, test_lime_constant, test_lime_evidence
says: test_occlusion_shape: stride
says: test_lime_values: sign
"""


# %% [occlusion_map]
def occlusion_map(model, image, label, size, stride, fill):
    rows = range(0, image.shape[0] - size + 1)
    columns = range(0, image.shape[1] - size + 1)
    batch = [image]
    for top in rows:
        for left in columns:
            covered = image.copy()
            covered[top : top + size, left : left + size] = fill
            batch.append(covered)
    scores = np.asarray(model(np.array(batch)))[:, label]
    return (scores[0] - scores[1:]).reshape(len(rows), len(columns))


# %% [lime_weights]
def lime_weights(model, image, label, segments, masks):
    trials = image * (1 - masks)[:, segments][..., np.newaxis]
    scores = np.asarray(model(trials))[:, label]
    matrix = np.column_stack([np.ones(len(masks)), masks])
    return np.linalg.lstsq(matrix, scores, rcond=None)[0][1:]
