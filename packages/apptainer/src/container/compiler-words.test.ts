import { join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../../../..");
const file = join(import.meta.dirname, "snippet.ts");

/** The last words that the compiler has for each wrong line: of several overloads, editors show the last. */
function complaintsOf(lines: readonly string[]): readonly string[] {
  const { options } = ts.parseJsonConfigFileContent(ts.readConfigFile(join(root, "tsconfig.json"), (path) => ts.sys.readFile(path)).config, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const text = ['import { container } from "./container.js";', 'import { execCommand } from "../command/action-commands.js";', 'import { sif } from "../image/image.js";', ...lines].join("\n");
  const program = ts.createProgram([file], options, {
    ...host,
    fileExists: (path) => path === file || host.fileExists(path),
    getSourceFile: (path, version) => (path === file ? ts.createSourceFile(path, text, version) : host.getSourceFile(path, version)),
  });
  return program.getSemanticDiagnostics(program.getSourceFile(file)).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n").split("\n").at(-1) ?? "");
}

it("the compiler says of a wrong option what is wrong with it, and not that the image is no instance", () => {
  expect(
    complaintsOf([
      'container(sif("/x.sif"), { cleanEnviron: true });',
      'container(sif("/x.sif"), { writable: "image" });',
      'execCommand(sif("/x.sif"), { command: ["x"], cleanEnviron: true });',
    ]),
  ).toEqual([
    expect.stringContaining("'cleanEnviron' does not exist in type 'ContainerOptions'. Did you mean to write 'cleanEnv'?"),
    expect.stringContaining("Type '\"image\"' is not assignable"),
    expect.stringContaining("Did you mean to write 'cleanEnv'?"),
  ]);
}, 60_000);
