const variables = "variables come from the right of the container: addingLayer(name, { setup: [setVariable(name, value)] })";
const contained = 'contain says how much: "files" (--contain), "all" (--containall) or "oci" (--compat)';
const inMemory = 'writable: "memory" takes changes that are gone at the end';
const start = "cwd says where the command starts, inside";
const noHome = 'home: "none" leaves it out, with the current folder';

/** What to say of a flag of the engine that stands among options under its own name, in either spelling. */
export const namesOfTheEngine: Readonly<Record<string, string>> = {
  bind: "mounts takes them: mounts: [{ source, destination, readOnly }]; what inner layers need is mounted by itself",
  mount: "mounts takes them: mounts: [{ source, destination, readOnly }]",
  env: variables,
  environment: variables,
  nv: 'gpu: "nvidia" brings it in',
  nvccli: 'gpu: "nvidia-container-cli" brings it in',
  rocm: 'gpu: "amd" brings it in',
  pwd: start,
  workdir: "workFolder says where /tmp and scratch folders are kept; cwd says where the command starts",
  containall: contained,
  containAll: contained,
  compat: contained,
  "writable-tmpfs": inMemory,
  writableTmpfs: inMemory,
  overlay: "overlays takes a list of read-only ones; writable: { overlay } keeps changes in one",
  "no-home": noHome,
  noHome,
  "no-mount": "withoutMounts takes a list of them",
  noMount: "withoutMounts takes a list of them",
  pid: "namespaces takes it: namespaces: { pid: true }",
  ipc: "namespaces takes it: namespaces: { ipc: true }",
  userns: "namespaces takes it: namespaces: { user: true }",
  sharens: "it is called shareNamespaces here",
  net: 'network takes it: network: { types: ["none"] }',
  memory: 'limits takes it: limits: { memory: "4G" }',
  cpus: "limits takes it: limits: { cpus: 2 }",
};
