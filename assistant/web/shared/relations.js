// How a person is related to the visitor; the ids are those of the fact vocabulary.

export const RELATIONS = /** @type {const} */ ([
  ["wife", "妻"],
  ["husband", "夫"],
  ["child", "子"],
  ["father", "父"],
  ["mother", "母"],
  ["father_in_law", "義父"],
  ["mother_in_law", "義母"],
  ["grandfather", "祖父"],
  ["grandmother", "祖母"],
  ["grandchild", "孫"],
  ["older_brother", "兄"],
  ["younger_brother", "弟"],
  ["older_sister", "姉"],
  ["younger_sister", "妹"],
  ["other_relative", "その他の親族"],
  ["cohabitant", "同居人"],
]);
