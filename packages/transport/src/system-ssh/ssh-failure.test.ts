import { describe, expect, it } from "vitest";
import { describeSshFailure, lastLines } from "./ssh-failure.js";

/** What OpenSSH 9.2 was recorded to say, under LC_ALL=C, with LogLevel INFO. */
const recorded = {
  unknown: "No ED25519 host key is known for [127.0.0.1]:33747 and you have requested strict checking.\r\nHost key verification failed.\r\n",
  silentlyRefused: "Host key verification failed.\r\n",
  changed: `@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@\r
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\r
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@\r
IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!\r
Someone could be eavesdropping on you right now (man-in-the-middle attack)!\r
It is also possible that a host key has just been changed.\r
The fingerprint for the ED25519 key sent by the remote host is\r
SHA256:RPr2zPSyeZoaHacPskURkTqitLQWjUDvdAoQ4aFUONc.\r
Please contact your system administrator.\r
Add correct host key in /home/alice/.ssh/known_hosts to get rid of this message.\r
Offending ED25519 key in /home/alice/.ssh/known_hosts:1\r
  remove with:\r
  ssh-keygen -f "/home/alice/.ssh/known_hosts" -R "[127.0.0.1]:33747"\r
Host key for [127.0.0.1]:33747 has changed and you have requested strict checking.\r
Host key verification failed.\r
`,
  revoked: `@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@\r
@       WARNING: REVOKED HOST KEY DETECTED!               @\r
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@\r
The ED25519 host key for [127.0.0.1]:33747 is marked as revoked.\r
This could mean that a stolen key is being used to\r
impersonate this host.\r
ED25519 host key for [127.0.0.1]:33747 was revoked and you have requested strict checking.\r
Host key verification failed.\r
`,
  denied: "alice@127.0.0.1: Permission denied (publickey,gssapi-with-mic).\r\n",
  refused: "ssh: connect to host 127.0.0.1 port 1: Connection refused\r\n",
  noName: "ssh: Could not resolve hostname nowhere.invalid: Name or service not known\r\n",
  silent: "Connection timed out during banner exchange\r\nConnection to 127.0.0.1 port 4599 timed out\r\n",
  beyond: "channel 0: open failed: connect failed: Connection refused\r\nstdio forwarding failed\r\nkex_exchange_identification: Connection closed by remote host\r\nConnection closed by UNKNOWN port 65535\r\n",
  hangUp: "kex_exchange_identification: read: Connection reset by peer\r\nConnection reset by 127.0.0.1 port 4598\r\n",
  noProxyCommand: "/bin/bash: line 1: exec: no-such-program: not found\r\nkex_exchange_identification: Connection closed by remote host\r\nConnection closed by UNKNOWN port 65535\r\n",
  hangUpAtOnce: "Connection reset by UNKNOWN port -1\r\n",
  algorithm: "Unable to negotiate with 127.0.0.1 port 33747: no matching host key type found. Their offer: ssh-ed25519,ecdsa-sha2-nistp256\r\n",
};

const where = { host: "login", name: "alice@login:2222", words: "-p 2222 alice@login" };
const failure = (said: string): unknown => describeSshFailure(where, said);
const saying = (text: string): string => expect.stringContaining(text) as string;
const judged = (verdict: string): object => expect.objectContaining({ verdict }) as object;

describe("what ssh says when it cannot connect", () => {
  it("tells the refusals of a host key apart, with the next step", () => {
    expect(failure(recorded.unknown)).toMatchObject({ code: "host-key-refused", detail: judged("unknown"), message: saying("nothing for [127.0.0.1]:33747 in ssh's known_hosts") });
    expect(failure(recorded.changed)).toMatchObject({ code: "host-key-refused", detail: judged("changed"), retryable: false });
    expect(failure(recorded.changed)).toMatchObject({
      message:
        "the host key of alice@login:2222 is another than the known one (/home/alice/.ssh/known_hosts:1): it shows SHA256:RPr2zPSyeZoaHacPskURkTqitLQWjUDvdAoQ4aFUONc. " +
        "Someone may stand in between. If the site confirms this fingerprint, remove the old key (ssh-keygen -f /home/alice/.ssh/known_hosts -R '[127.0.0.1]:33747') and add the new one",
    });
    expect(failure(recorded.revoked)).toMatchObject({ code: "host-key-refused", detail: judged("revoked") });
    expect(failure(recorded.silentlyRefused)).toMatchObject({ code: "host-key-refused", message: saying("ssh -v -p 2222 alice@login says why") });
    expect(failure(recorded.algorithm)).toMatchObject({ code: "host-key-refused", message: saying("Their offer: ssh-ed25519") });
  });

  it("tells a refused account, with the ways that the server takes", () => {
    expect(failure(recorded.denied)).toMatchObject({ code: "authentication-failed", retryable: false, message: saying("it takes publickey,gssapi-with-mic") });
  });

  it("tells what never was a connection", () => {
    expect(failure(recorded.refused)).toMatchObject({ code: "connection-refused", retryable: true, message: saying("nothing listens there") });
    expect(failure(recorded.noName)).toMatchObject({ code: "connection-refused", retryable: false, message: saying("nowhere.invalid: Name or service not known") });
    expect(failure(recorded.silent)).toMatchObject({ name: "TimeoutError" });
    expect(failure(recorded.beyond)).toMatchObject({ code: "connection-refused", message: saying("a jump host cannot connect to it: connect failed: Connection refused") });
    expect(failure(recorded.hangUp)).toMatchObject({ code: "connection-lost", message: saying("hung up before it showed its key: read: Connection reset by peer. It may have too many logins") });
    expect(failure(recorded.noProxyCommand)).toMatchObject({ code: "connection-lost", message: saying("no-such-program: not found; Connection closed by remote host") });
    expect(failure(recorded.hangUpAtOnce)).toMatchObject({ code: "connection-lost", message: saying("hung up before it showed its key: Connection reset by peer. It may have too many logins") });
  });

  it("guesses nothing of what it does not know", () => {
    expect(failure("something new\nof two lines\n")).toMatchObject({ code: "connection-lost", message: saying("something new; of two lines") });
    expect(failure("")).toMatchObject({ code: "connection-lost", message: saying("ssh says nothing") });
    expect(lastLines("one\n\n two \r\nthree")).toBe("two; three");
  });
});
