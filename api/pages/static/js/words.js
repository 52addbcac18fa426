// The words of the page's language, put into the page by the server.

const words = JSON.parse(document.getElementById("words").textContent);

/** A phrase with its {placeholders} filled. An unknown phrase shows itself. */
export function say(phrase, values = {}) {
  return (words.phrases[phrase] ?? phrase).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** The word for a code: named("kinds", "help_call"). An unknown code shows itself. */
export function named(list, code) {
  return words[list]?.[code] ?? String(code);
}

/** A whole list of words by code. */
export function wordList(list) {
  return words[list] ?? {};
}
