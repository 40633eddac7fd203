/** Fires with the caller's signal, if there is one, and with our own. */
export const eitherSignal = (signal: AbortSignal | undefined, own: AbortSignal): AbortSignal => (signal === undefined ? own : AbortSignal.any([signal, own]));
