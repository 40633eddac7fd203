import { sh } from "../shell/sh.js";
import type { ShellExpression } from "../shell/word.js";

/**
 * Removes a maker's folder whose making never began, e.g. because what it is made of did not arrive. One that has begun clears up
 * after itself and is known to the next maker, by its owner's name; of one that has not, nobody else knows.
 */
export const renderDiscard = (folder: string): ShellExpression => sh`[ -e ${`${folder}/.hpckit/owner`} ] || rm -rf -- ${folder}`;
