export { manualClock, type ManualClock } from "./testing/manual-clock.js";
export { scriptedTransport, type ScriptedCall, type ScriptedReply, type ScriptedTransport } from "./testing/scripted-transport.js";
