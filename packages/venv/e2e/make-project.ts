import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A build backend in a project's own folder, so that the project is built without a network. @see PEP 517, PEP 660 */
const backend = `
import base64, hashlib, os, zipfile

def _wheel(folder, name, files):
    info = name + "-4.0.dist-info/"
    files = dict(files)
    files[info + "METADATA"] = open("METADATA").read()
    files[info + "WHEEL"] = "Wheel-Version: 1.0\\nGenerator: tests\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    record = "".join("%s,sha256=%s,%d\\n" % (path, base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode(), len(text.encode())) for path, text in files.items())
    files[info + "RECORD"] = record + info + "RECORD,,\\n"
    file = name + "-4.0-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(folder, file), "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return file

def get_requires_for_build_wheel(config_settings=None): return []
def get_requires_for_build_editable(config_settings=None): return []
def build_wheel(folder, config_settings=None, metadata_directory=None):
    return _wheel(folder, NAME, {NAME + "/__init__.py": open("src/" + NAME + "/__init__.py").read()})
def build_editable(folder, config_settings=None, metadata_directory=None):
    return _wheel(folder, NAME, {NAME + ".pth": os.path.abspath("src") + "\\n"})
`;

export interface ProjectContent {
  readonly name: string;
  readonly code: string;
  /** As `Requires-Dist` says it. */
  readonly requires?: readonly string[];
  readonly extras?: readonly string[];
}

/** Makes a project of version 4.0 with one module, which has its name. */
export function makeProject(folder: string, { name, code, requires = [], extras = [] }: ProjectContent): string {
  mkdirSync(join(folder, "src", name), { recursive: true });
  writeFileSync(join(folder, "src", name, "__init__.py"), code);
  writeFileSync(join(folder, "backend.py"), `NAME = ${JSON.stringify(name)}\n${backend}`);
  writeFileSync(join(folder, "pyproject.toml"), `[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n[project]\nname = ${JSON.stringify(name)}\nversion = "4.0"\ndynamic = ["dependencies", "optional-dependencies"]\n`);
  const lines = ["Metadata-Version: 2.1", `Name: ${name}`, "Version: 4.0", ...extras.map((each) => `Provides-Extra: ${each}`), ...requires.map((each) => `Requires-Dist: ${each}`)];
  writeFileSync(join(folder, "METADATA"), `${lines.join("\n")}\n`);
  return folder;
}
