// Copies the browser code that package.json names into static/vendor, which git ignores.
import { copyFileSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FILES = {
  "node_modules/htmx.org/dist/htmx.min.js": "htmx.min.js",
};

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

mkdirSync(here("static/vendor"), { recursive: true });
for (const [from, to] of Object.entries(FILES)) {
  copyFileSync(here(from), here(`static/vendor/${to}`));
}
