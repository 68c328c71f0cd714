// Pages of a form that is printed once for each of several people: the server counts them through.

/**
 * The page to ask for: the same form may stand earlier in the list, for somebody else.
 * @param {{id: string, pages: number}[]} forms
 * @param {number} at which form of the list
 * @param {number} page which page of it, from 1
 */
export function pageOfAll(forms, at, page) {
  const id = forms[at]?.id;
  return forms.slice(0, at).reduce((sum, form) => sum + (form.id === id ? form.pages : 0), page);
}
