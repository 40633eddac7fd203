import type { SlurmBackend } from "../../backend/slurm-backend.js";
import { SubmissionError } from "../../error/submission-errors.js";
import { submitOverCommandLine } from "../../submit/submit-over-command-line.js";
import type { SubmitRequest } from "../../submit/submit-request.js";
import type { RestContext } from "../rest-context.js";
import { jobEnvironment, readLoginEnvironment, type LoginEnvironment } from "./job-environment.js";
import { sendDescribed, type DescribedSubmission } from "./send-described.js";
import { restWay, type SubmissionWay } from "./submission-way.js";

interface Routed {
  readonly request: SubmitRequest;
  readonly index: number;
  readonly way: SubmissionWay;
}

/** Submits over slurmrestd what can be said to it, and the rest by sbatch at the same time. */
export function createRestSubmission(context: RestContext): SlurmBackend["submit"] {
  const { session, commandLine } = context;
  /** Tokens of jobs that this slurmrestd could not read. */
  const unreadable = new Set<string>();
  let login: Promise<LoginEnvironment> | undefined;
  const knowLogin = (): Promise<LoginEnvironment> =>
    (login ??= readLoginEnvironment(commandLine).catch((error: unknown) => {
      login = undefined;
      throw error;
    }));

  async function describeAll(routed: readonly Routed[]): Promise<readonly DescribedSubmission[]> {
    const environment = routed.length > 0 ? await knowLogin() : undefined;
    return routed.flatMap(({ request, index, way }) => {
      if (way.kind !== "rest" || environment === undefined) return [];
      const variables = { ...jobEnvironment(environment, { workFolder: request.spec.workFolder, version: commandLine.facts.version }), ...way.variables };
      return [{ request: { ...request, header: { ...request.header, over: "rest" } }, index, submission: { description: way.description, script: request.script, environment: variables } }];
    });
  }
  return async (requests, options) => {
    if (session.user !== commandLine.transport.target.user) throw otherUser(session.user, commandLine.transport.target.user);
    const routed = requests.map((request, index): Routed => ({ request, index, way: unreadable.has(request.token) ? { kind: "command-line", because: [] } : restWay(session, request.spec) }));
    const bySbatch = routed.filter(({ way }) => way.kind === "command-line");
    const byRest = routed.filter(({ way }) => way.kind === "rest");
    const results = await Promise.allSettled([
      bySbatch.length === 0 ? undefined : submitOverCommandLine(commandLine, bySbatch.map(({ request }) => request), { ...options, onAnswer: (answer, at) => options.onAnswer(answer, bySbatch[at]?.index ?? at) }),
      describeAll(byRest).then(
        (described) => sendDescribed(context, described, { ...options, onUnreadable: ({ token }) => unreadable.add(token) }),
        (error: unknown) => byRest.forEach(({ index }) => options.onAnswer({ kind: "not-begun", error }, index)),
      ),
    ]);
    for (const result of results) if (result.status === "rejected") throw result.reason;
  };
}

const otherUser = (user: string, login: string): SubmissionError =>
  new SubmissionError("submission-user", `jobs of ${user} cannot be submitted by the login of ${login}: they could not write their fence in its state folder, so nothing was sent; sign in as ${user}, or leave { rest: { user } } out`);
