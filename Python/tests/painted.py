"""Tables as pictures, so that scikit-learn's checks, which know tables alone, reach the estimator."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.utils.validation import check_is_fitted, validate_data

from graft import GraftClassifier


class PaintedTables(GraftClassifier):
    """A classifier of tables: each row is painted as stripes, each column's value as a brightness."""

    def fit(self, X: Any, y: Any) -> Self:
        X, y = validate_data(self, X, y, dtype=float)
        self.low_, self.high_ = X.min(axis=0), X.max(axis=0)
        return super().fit(self._painted(X), y)

    def predict_proba(self, X: Any) -> npt.NDArray[np.float64]:
        check_is_fitted(self, "bundle_")
        return super().predict_proba(self._painted(validate_data(self, X, dtype=float, reset=False)))

    def _painted(self, X: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
        span = np.where(self.high_ > self.low_, self.high_ - self.low_, 1)
        values = np.clip(255 * (X - self.low_) / span, 0, 255).astype(np.uint8)
        stripes = np.repeat(values, max(1, 32 // values.shape[1]), axis=1)
        return np.ascontiguousarray(
            np.broadcast_to(stripes[:, None, :, None], (len(X), 32, stripes.shape[1], 3))
        )

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.one_d_array, tags.input_tags.two_d_array = False, True
        tags.input_tags.string = False
        tags.no_validation = False
        return tags
