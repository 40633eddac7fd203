import { DATABASE_FOLDER, DATABASE_SQL, renderMariadbConf } from "../config/mariadb-conf.js";
import { GROUPS, PEOPLE, REST_USER } from "../people.js";
import { SERIES_FACTS, type Series } from "../series.js";
import type { RootSpec } from "./root-spec.js";

const SLURM = ["slurm-wlm", "slurmctld", "slurmd", "slurmdbd", "slurmrestd", "slurm-client", "slurm-wlm-jwt-plugin", "munge", "mariadb-server"];
// What a login node offers: tests of transfers, permissions, cron and modules need them.
const LOGIN = ["openssh-server", "cron", "sudo", "rsync", "acl", "lmod", "procps", "iproute2", "python3", "python3-venv", "ca-certificates", "tzdata"];
// docker-registry is not started: a test that pulls starts one of its own.
const APPTAINER = ["apptainer", "squashfuse", "squashfs-tools", "fuse3", "fuse2fs", "gocryptfs", "uidmap", "docker-registry"];

/** The root of one series: all packages, the users, the shared folders and an empty accounting database. */
export function clusterRootSpec(series: Series): RootSpec {
  const { suite, hasApptainer } = SERIES_FACTS[series];
  return {
    name: `slurm-${series}`,
    suite,
    packages: [
      ...SLURM,
      ...LOGIN,
      ...(hasApptainer ? [...APPTAINER, "supervisor"] : []),
      // Since trixie cron needs systemd-sysusers from somewhere; this spares the whole of systemd.
      ...(suite === "bookworm" ? [] : ["systemd-standalone-sysusers"]),
    ],
    prepare: renderPrepare(),
  };
}

function renderPrepare(): string {
  return [
    "export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    ...renderUsers(),
    ...renderSharedFolders(),
    `cat > /etc/mysql/mariadb.conf.d/90-hpckit.cnf <<'END'\n${renderMariadbConf()}END`,
    `install -d -o mysql -g mysql -m 0755 ${DATABASE_FOLDER}`,
    // --force: a root under construction has no host name to look up.
    "mariadb-install-db --user=mysql --skip-test-db --force >/dev/null",
    `mariadbd --user=mysql --bootstrap <<'END'\n${DATABASE_SQL}END`,
    // Debian's packages make keys and host keys of their own; each cluster gets fresh ones instead.
    "rm -f /etc/munge/munge.key /etc/ssh/ssh_host_*",
    "",
  ].join("\n");
}

function renderUsers(): string[] {
  const lines = Object.entries(GROUPS).map(([group, gid]) => `groupadd -g ${gid} ${group}`);
  for (const { user, uid, groups, signsIn } of PEOPLE) {
    lines.push(`useradd -u ${uid} -m -s ${signsIn ? "/bin/bash" : "/usr/sbin/nologin"} -G ${groups.join(",")} ${user}`);
    // sshd without PAM refuses an account whose password field says locked.
    if (signsIn) lines.push(`usermod -p '*' ${user}`);
  }
  lines.push(`useradd -r -u ${REST_USER.uid} -s /usr/sbin/nologin ${REST_USER.user}`);
  lines.push("echo 'alice ALL=(climate-ops) NOPASSWD: ALL' > /etc/sudoers.d/climate-ops", "chmod 0440 /etc/sudoers.d/climate-ops");
  return lines;
}

function renderSharedFolders(): string[] {
  return [
    "install -d -m 0755 /shared /shared/projects",
    "install -d -m 1777 /shared/scratch",
    // Group folders as sites have them: the setgid bit hands the group on.
    ...["venvs", "images", "results", "apps"].map((folder) => `install -d -g research -m 2775 /shared/${folder}`),
    ...["climate", "hydrology"].map((project) => `install -d -g ${project} -m 2770 /shared/projects/${project}`),
  ];
}
