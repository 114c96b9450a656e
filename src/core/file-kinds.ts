/**
 * What a file of the repository can be to a build, told by its path alone; Rust is Rust, in a folder of CI too. No build reads `documentation` and
 * `ci` unless it says so (`include_str!("../README.md")` stands in rustc's dep-info: cargo looks again by itself) or lets a build script or a macro
 * run beside them; `cargo` is what cargo looks at itself; a build script or a macro may read any other file and tell nobody.
 */
export type FileKind = 'documentation' | 'ci' | 'cargo' | 'rust' | 'other';

const PROSE = /\.(md|markdown|adoc|rst)$/i;
const SHOWN = /\.(md|markdown|adoc|rst|txt|png|svg|jpe?g|gif|webp|drawio|mmd|puml)$/i;
/** With no ending, `.txt`, or that of prose. */
const DOCUMENT =
  /^(readme|changelog|changes|contributing|licen[cs]e|copying|notice|authors|maintainers|code_of_conduct|security|support|roadmap)([_-][^.]*)?(\.(md|markdown|adoc|rst|txt))?$/i;
const CI_FOLDER = /(^|\/)\.(github|gitlab|circleci|buildkite|vscode|idea|devcontainer|husky)\//;
const CI_FILE =
  /^(\.gitlab-ci\.yml|\.travis\.yml|azure-pipelines\.yml|buildspec\.ya?ml|Jenkinsfile|renovate\.json5?|\.pre-commit-config\.yaml|\.editorconfig|\.gitignore|\.git-blame-ignore-revs|CODEOWNERS|\.?rustfmt\.toml|\.?clippy\.toml|deny\.toml|_?typos\.toml|\.?codecov\.yml)$/;
const CARGO_FILE = /^Cargo\.toml$|(^|\/)(Cargo\.lock|rust-toolchain(\.toml)?|\.cargo\/.+)$/;

/** `path`: from the repository's top, with slashes. */
export function fileKind(path: string): FileKind {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (CI_FILE.test(name) || (CI_FOLDER.test(path) && !name.endsWith('.rs'))) return 'ci';
  if (CARGO_FILE.test(path)) return 'cargo';
  if (name.endsWith('.rs')) return 'rust';
  const isDocument = DOCUMENT.test(name) || (/(^|\/)docs?\//.test(path) && SHOWN.test(name)) || (!path.includes('/') && PROSE.test(name));
  return isDocument ? 'documentation' : 'other';
}

/** Whether a text has the name of a file of CI, or of a folder of such. */
export function namesCi(text: string): boolean {
  return (text.match(/[\w.-]+/g) ?? []).some((word) => fileKind(word) === 'ci' || fileKind(`${word}/x`) === 'ci');
}
