import type { ClusterPorts } from "../host/ports.js";

/** slurmdbd.conf(5). It signs in to MariaDB as the Unix user slurm, over the socket. */
export function renderSlurmdbdConf(ports: ClusterPorts): string {
  return `DbdHost=localhost
DbdAddr=127.0.0.1
DbdPort=${ports.slurmdbd}
SlurmUser=slurm
AuthType=auth/munge
AuthAltTypes=auth/jwt
AuthAltParameters=jwt_key=/etc/slurm/jwt_hs256.key
CommunicationParameters=NoInAddrAny
StorageType=accounting_storage/mysql
StorageHost=localhost
StorageUser=slurm
StorageLoc=slurm_acct_db
PidFile=/run/slurmdbd.pid
LogFile=/var/log/slurm/slurmdbd.log
`;
}
