export { describeTransport, type DescribeTransportOptions } from "./testing/describe-transport.js";
export { hostileWords } from "./testing/hostile-words.js";
