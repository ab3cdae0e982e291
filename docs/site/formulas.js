// Makes HTML of formulas: a JSON object {formula, display} a line in, {html} or {error} a line out. The argument is KaTeX.

const katex = require(process.argv[2]);

function answer({ formula, display }) {
  try {
    return { html: katex.renderToString(formula, { displayMode: display }) };
  } catch (error) {
    return { error: error.message };
  }
}

require("readline")
  .createInterface({ input: process.stdin })
  .on("line", (line) => console.log(JSON.stringify(answer(JSON.parse(line)))));
