/** Not Debian's own, which is another one in each release. */
export const DATABASE_FOLDER = "/var/lib/accounting";
export const DATABASE_SOCKET = "/run/mysqld/mysqld.sock";

/**
 * A small database that forgets nothing while it runs and may forget all when it dies, as the whole cluster does then.
 * No network: slurmdbd uses the socket. Native asynchronous I/O does not work on tmpfs with every kernel.
 */
export function renderMariadbConf(): string {
  return `[mariadbd]
user = mysql
datadir = ${DATABASE_FOLDER}
socket = ${DATABASE_SOCKET}
skip-networking
skip-name-resolve
skip-log-bin
innodb_buffer_pool_size = 128M
innodb_log_file_size = 16M
innodb_flush_log_at_trx_commit = 0
innodb_flush_method = fsync
innodb_doublewrite = 0
innodb_use_native_aio = 0
innodb_lock_wait_timeout = 900
performance_schema = off

[client]
socket = ${DATABASE_SOCKET}
`;
}

/** slurmdbd signs in as the Unix user that it is: no password to keep. */
export const DATABASE_SQL = `FLUSH PRIVILEGES;
CREATE DATABASE slurm_acct_db;
CREATE USER 'slurm'@'localhost' IDENTIFIED VIA unix_socket;
GRANT ALL ON slurm_acct_db.* TO 'slurm'@'localhost';
`;
