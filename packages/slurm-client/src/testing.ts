export { describeSlurm, type DescribeSlurmOptions } from "./testing/describe-slurm.js";
