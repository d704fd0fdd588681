"""Finding records by parts of their texts and by their pinyin."""
