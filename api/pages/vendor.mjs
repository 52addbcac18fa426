// Copies the browser code that package.json lists into static/vendor, which git ignores.
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { browserCode } = JSON.parse(readFileSync(here("package.json"), "utf8"));

mkdirSync(here("static/vendor"), { recursive: true });
for (const [from, to] of Object.entries(browserCode)) {
  copyFileSync(here(`node_modules/${from}`), here(`static/vendor/${to}`));
}
