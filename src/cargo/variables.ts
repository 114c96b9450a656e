import type { Environment } from '../exec/run.ts';

/** What coldgate sets itself, the same in every run of a repository. */
const OWN = /^(COLDGATE_|CARGO_TARGET_DIR$|RUSTC_WRAPPER$|PATH$)/;

/** What differs from shell to shell and from machine to machine, and is no setting of a build. */
const SESSION =
  /^(_|PWD|OLDPWD|SHLVL|SHELL|USER|LOGNAME|MAIL|HOSTNAME|HOME|TERM(_.*)?|COLORTERM|COLUMNS|LINES|LS_COLORS|NO_COLOR|FORCE_COLOR|CLICOLOR.*|DISPLAY|WAYLAND_DISPLAY|WINDOWID|XAUTHORITY|EDITOR|VISUAL|PAGER|LESS.*|HIST.*|PS1|PROMPT.*|TMPDIR|TMP|TEMP|SSH_.*|GPG_.*|DBUS_.*|XDG_.*|DESKTOP_SESSION|SESSION_MANAGER|INVOCATION_ID|JOURNAL_STREAM|SYSTEMD_.*|MANAGERPID|LC_.*|VSCODE_.*|GNOME_.*|KDE_.*|TMUX.*|STY|npm_.*|NODE|NODE_(OPTIONS|PATH|EXTRA_CA_CERTS|VERSION)|INIT_CWD|VITEST.*|RUSTUP_HOME|CARGO_HOME|CARGO_(TERM|HTTP|NET)_.*|GIT_(TERMINAL_PROMPT|ASKPASS|SSH.*|PAGER|EDITOR))$/;

/** What names one run of a workflow, or is handed to it for a while. */
const RUN =
  /^(GITHUB_.*|RUNNER_.*|ACTIONS_.*|INPUT_.*|STATE_.*|AGENT_.*|ImageOS|ImageVersion|AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|WEB_IDENTITY_TOKEN_FILE|CONTAINER_.*)|.*_TOKEN|.*_PASSWORD|CI_(JOB|PIPELINE|RUNNER|COMMIT|CONCURRENT|SERVER|REGISTRY|REPOSITORY|BUILDS|MERGE|PROJECT)_?.*|(CIRCLE|BUILDKITE|TRAVIS)_.*|BUILD_(ID|NUMBER|TAG|URL|BUILDID|BUILDNUMBER))$/;

/**
 * The variables that a build script may read without saying so. `kept`: for a stored snapshot, which shall answer in another run too, what
 * names a run does not count; a variable that a build declares counts whatever its name.
 */
export function undeclaredVariables(env: Environment, use: 'target' | 'kept'): Environment {
  const counts = (name: string): boolean => !OWN.test(name) && !SESSION.test(name) && (use === 'target' || !RUN.test(name));
  return Object.fromEntries(Object.entries(env).filter(([name]) => counts(name)));
}
