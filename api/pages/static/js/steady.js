// Nothing moves from under a finger. While a finger or a mouse button is down, what would be drawn
// waits until the press has become a click; what is heard does not wait.

const LONGEST = 2_000; // a drag, or a press whose end was never told
const LATE_CLICK = 350; // a touch becomes a click so much later at most
const waiting = new Set();
let pressed = false;
let timer = 0;

for (const name of ["pointerdown", "pointerup", "pointercancel", "click"]) {
  addEventListener(name, heard, { capture: true });
}
addEventListener("blur", release);

function heard({ type }) {
  if (type === "pointerdown") {
    pressed = true;
    releaseIn(LONGEST);
  } else if (pressed) {
    // After whoever listens to the click itself.
    releaseIn(type === "pointerup" ? LATE_CLICK : 0);
  }
}

function releaseIn(milliseconds) {
  clearTimeout(timer);
  timer = setTimeout(release, milliseconds);
}

function release() {
  clearTimeout(timer);
  pressed = false;
  const due = [...waiting];
  waiting.clear();
  for (const draw of due) draw();
}

export function isPressed() {
  return pressed;
}

/** Draw now, or when the press is over. The same function waits once, however often it was asked. */
export function steadily(draw) {
  if (pressed) waiting.add(draw);
  else draw();
}

/** Resolves when nothing is pressed. */
export function released() {
  return new Promise((done) => steadily(done));
}
