// Builds the console's style and script into dist/, which is embedded into the
// binary. Without it the binary serves static/plain.css instead, and every page works.
import { build } from "esbuild";
import { readFile, writeFile } from "node:fs/promises";
import { PurgeCSS } from "purgecss";

await build({
  entryPoints: ["src/console.css", "src/console.js", "src/amr.js", "src/sw.js"],
  outdir: "dist",
  bundle: true,
  minify: true,
  legalComments: "inline",
  target: ["chrome100", "firefox100", "safari15"],
  logLevel: "warning",
});

// Of Tabler only what the pages name is kept: a twentieth of it.
const css = "dist/console.css";
const [kept] = await new PurgeCSS().purge({
  content: ["pages/console/*.html", "src/*.js"],
  css: [{ raw: await readFile(css, "utf8") }],
  variables: true,
  keyframes: true,
  fontFace: true,
});
await writeFile(css, kept.css);
