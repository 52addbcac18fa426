// The keyboard. Single keys work only outside of fields, and can be turned off.

const OFF = "anxin.keys-off";

export function keysOn() {
  return localStorage.getItem(OFF) === null;
}

export function setKeys(on) {
  if (on) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
}

/** `commands` maps a key (lower case) to what it does. */
export function bindKeys(commands) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    if (!keysOn() || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    // In the right half the arrows scroll.
    if (event.key.startsWith("Arrow") && event.target.closest("#pane")) return;
    const command = commands[event.key.toLowerCase()];
    if (!command) return;
    event.preventDefault();
    command();
  });
}
