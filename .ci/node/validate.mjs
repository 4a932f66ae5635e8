// Validates what the page serves. Reads lines {"kind","name","text"} and prints one
// line for each fault: NAME: what is wrong.
import readline from "node:readline";
import { HtmlValidate } from "html-validate";
import { Validator } from "@seriousme/openapi-schema-validator";

const html = new HtmlValidate({
  extends: ["html-validate:standard", "html-validate:a11y"],
  // A button in a form submits it, as the standard has it; all is of one origin.
  rules: { "no-inline-style": "error", "require-sri": "off", "long-title": "off", "no-implicit-button-type": "off" },
});

for await (const line of readline.createInterface({ input: process.stdin })) {
  const { kind, name, text } = JSON.parse(line);
  if (kind === "openapi") {
    const found = await new Validator().validate(JSON.parse(text));
    if (!found.valid) console.log(`${name}: ${JSON.stringify(found.errors).slice(0, 2000)}`);
    continue;
  }
  const report = await html.validateString(text);
  for (const result of report.results) {
    for (const m of result.messages) console.log(`${name}:${m.line}:${m.column}: ${m.ruleId}: ${m.message}`);
  }
}
