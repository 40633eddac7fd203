import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import type { SerializedError } from "vitest";
import type { Reporter, TestModule } from "vitest/node";
import { repositoryRoot } from "../../config/packages.js";
import { addOutcomes, nothing, type Finding, type Outcome } from "./stage.js";

/** Where the reporter writes the outcome: vitest has no way to hand options to a reporter on its command line. */
export const reportVariable = "HPCKIT_TEST_REPORT";

/** Vitest's own JSON leaves out why a test was skipped, and errors outside of tests; this keeps both. */
export default class OutcomeReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const outside: Outcome = { ...nothing, failed: unhandled.map((error) => ({ title: "outside of any test", text: textOf(error) })) };
    const path = process.env[reportVariable];
    if (path !== undefined) writeFileSync(path, JSON.stringify(addOutcomes([...modules.map(outcomeOfModule), outside])));
  }
}

function outcomeOfModule(module: TestModule): Outcome {
  const file = relative(repositoryRoot, module.moduleId);
  const failed: Finding[] = module.errors().map((error) => ({ title: file, text: textOf(error) }));
  const skipped: Finding[] = [];
  let passed = 0;
  for (const suite of module.children.allSuites()) {
    failed.push(...suite.errors().map((error) => ({ title: `${file} > ${suite.fullName}`, text: textOf(error) })));
  }
  for (const test of module.children.allTests()) {
    const result = test.result();
    const title = `${file} > ${test.fullName}`;
    if (result.state === "passed") passed += 1;
    else if (result.state === "failed") failed.push({ title, text: result.errors.map(textOf).join("\n") });
    else skipped.push({ title, text: result.state === "skipped" ? (result.note ?? "no reason given") : "it never ran" });
  }
  return { passed, failed, skipped };
}

function textOf(error: SerializedError): string {
  const diff = typeof error["diff"] === "string" ? `\n${error["diff"]}` : "";
  // The stack of a test that ran out of time is an older error's, without the message.
  const { message, stack = message } = error;
  return `${stack.includes(message) ? "" : `${message}\n`}${stack}${diff}`;
}
