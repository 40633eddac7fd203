import { Secret } from "../secret/secret.js";
import { raw } from "../shell/word.js";
import type { SetVariable, SetupStep } from "./launch.js";

/** A secret under the name by which it comes to a script: in its environment, or by a file that the script reads. */
export interface CarriedSecret {
  readonly name: string;
  readonly value: Secret;
}

export interface WithoutSecrets {
  readonly setup: readonly SetupStep[];
  readonly carried: readonly CarriedSecret[];
}

/**
 * Takes the secrets out of a setup: a step that sets one reads it from a carrier variable instead.
 * Carriers are numbered by step and named after their variable, so that borders within borders never collide.
 */
export function withoutSecrets(setup: readonly SetupStep[]): WithoutSecrets {
  const carried: CarriedSecret[] = [];
  const steps = setup.map((step, index): SetupStep => {
    if (step.kind !== "set" || !(step.value instanceof Secret)) return step;
    const name = `HPCKIT_SECRET_${index}_${step.name}`;
    carried.push({ name, value: step.value });
    return { ...step, value: raw(`"\${${name}?}"`) };
  });
  return { setup: steps, carried };
}

/** What an outer launch sets so that a script inside it finds its secrets. */
export const carrierSteps = (carried: readonly CarriedSecret[]): readonly SetVariable[] =>
  carried.map(({ name, value }) => ({ kind: "set", name, value }));
