const handle = "the handle says which job";
const log = "log() reads where the submission said";

/** Words by which scontrol would change another job, or which would break what the client relies on, and why. */
const own: Readonly<Record<string, string>> = {
  JobId: handle,
  UserID: handle,
  Clusters: "a client knows one cluster",
  Comment: "the submission's mark stands in it: use comment",
  StdOut: log,
  StdErr: log,
};

/**
 * What is wrong with a name in `extraChanges` on any cluster, if anything. scontrol takes the beginning of a word for the word, in
 * letters of any size, so beginnings are looked at too.
 */
export function extraChangeProblem(name: string): string | undefined {
  if (!/^[A-Za-z][\w-]*$/.test(name)) return `${JSON.stringify(name)} is not one name: write it as scontrol(1) does, such as "EndTime"`;
  const meant = Object.entries(own).find(([word]) => word.toLowerCase().startsWith(name.toLowerCase()));
  return meant === undefined ? undefined : `${meant[0]} belongs to the client: ${meant[1]}`;
}
