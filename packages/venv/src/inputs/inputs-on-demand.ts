/** What the builder says, as a line of its own, once it is the one that builds. */
export const readyLine = "hpckit: ready for the inputs";

export interface InputsOnDemand {
  /** Of the builder: a line once everything is there. */
  readonly stdin: AsyncIterable<string>;
  /** Brings the inputs now. */
  readonly ask: () => void;
  /** Nobody asks any more. What is being brought is given up; resolves when nothing is written any more, to whether anything was. */
  readonly end: () => Promise<boolean>;
}

/**
 * Inputs that are brought when the builder asks for them: however many ask for an environment at once, one of them brings
 * gigabytes. What fails meanwhile ends the builder, as an input that is cut does.
 */
export function inputsOnDemand(bring: (signal: AbortSignal) => Promise<void>): InputsOnDemand {
  const givenUp = new AbortController();
  let bringing: Promise<void> | undefined;
  let settle: (isAsked: boolean) => void = () => undefined;
  const asked = new Promise<boolean>((resolve) => (settle = resolve));
  let isOver = false;
  const next = async (): Promise<IteratorResult<string, undefined>> => {
    if (isOver || !(await asked)) return { done: true, value: undefined };
    isOver = true;
    bringing = bring(givenUp.signal);
    await bringing;
    return { done: false, value: "there\n" };
  };
  const leave = (): Promise<IteratorResult<string, undefined>> => {
    settle(false);
    return Promise.resolve({ done: true, value: undefined });
  };
  return {
    stdin: { [Symbol.asyncIterator]: () => ({ next, return: leave }) },
    ask: () => settle(true),
    end: async () => {
      settle(false);
      givenUp.abort();
      await bringing?.catch(() => undefined);
      return bringing !== undefined;
    },
  };
}
