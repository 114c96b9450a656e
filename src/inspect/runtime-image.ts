import type { Finding } from '../core/snapshot/findings.ts';
import type { Arch } from '../core/snapshot/snapshot.ts';
import type { Bytes } from '../core/units.ts';
import { compareVersions } from '../core/versions.ts';
import type { Elf } from '../formats/elf/elf.ts';

/** Lambda's OS-only runtimes: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-provided.html */
type RuntimeImage = 'provided.al2023' | 'provided.al2';

interface Image {
  readonly glibc: string;
  readonly libraries: ReadonlySet<string>;
}

/** glibc's own parts and the compiler's runtimes: in both images. */
const COMMON =
  'libc.so.6 libm.so.6 libpthread.so.0 libdl.so.2 librt.so.1 libresolv.so.2 libutil.so.1 libanl.so.1 libthread_db.so.1 libBrokenLocale.so.1 ' +
  'libnss_compat.so.2 libnss_dns.so.2 libnss_files.so.2 libgcc_s.so.1 libstdc++.so.6 libz.so.1 liblzma.so.5 libbz2.so.1 libcurl.so.4 ' +
  'libnghttp2.so.14 libxml2.so.2 libsqlite3.so.0 libgmp.so.10 libgssapi_krb5.so.2 libkrb5.so.3 libk5crypto.so.3 libkrb5support.so.0 ' +
  'libcom_err.so.2 libkeyutils.so.1 libidn2.so.0 libp11-kit.so.0 libtasn1.so.6 libuuid.so.1 libselinux.so.1 libcap.so.2 libacl.so.1 ' +
  'libattr.so.1 libncurses.so.6 libncursesw.so.6 libtinfo.so.6';

/**
 * What stands in `/lib64` of the images, as listed from the published containers by the Bref project
 * (https://github.com/brefphp/aws-lambda-layers/tree/main/utils: `lib-copy/libs-x86.txt` and `libs-arm.txt` of 2024 and 2025 for AL2023,
 * `lib-check/al2-x64.txt` for AL2). Only what both architectures have, without the package manager's own libraries, which come and go.
 * Neither has `libssl.so.1.1`; AL2023 has no `libcrypt` and no `libnsl`.
 */
const IMAGES: Readonly<Record<RuntimeImage, Image>> = {
  'provided.al2023': {
    glibc: '2.34',
    libraries: new Set(
      `${COMMON} libssl.so.3 libcrypto.so.3 libzstd.so.1 liblz4.so.1 libffi.so.8 libpcre2-8.so.0 libunistring.so.2 libreadline.so.8`.split(
        ' ',
      ),
    ),
  },
  'provided.al2': {
    glibc: '2.26',
    libraries: new Set(
      `${COMMON} libssl.so.10 libcrypto.so.10 libcrypt.so.1 libnsl.so.1 libffi.so.6 libpcre.so.1 libunistring.so.0 libreadline.so.6 libssh2.so.1`.split(
        ' ',
      ),
    ),
  },
};

/** The dynamic loader where the ABI puts it; `/lib` and `/lib64` are links into `/usr` in both images. */
const LOADERS: Readonly<Record<Arch, { readonly path: string; readonly soname: string }>> = {
  x86_64: { path: '/lib64/ld-linux-x86-64.so.2', soname: 'ld-linux-x86-64.so.2' },
  arm64: { path: '/lib/ld-linux-aarch64.so.1', soname: 'ld-linux-aarch64.so.1' },
};

/** Where Lambda unpacks the package. `LD_LIBRARY_PATH` has it and its `lib`: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
const TASK_ROOT = '/var/task/';

export interface Deployment {
  readonly image: RuntimeImage;
  readonly arch: Arch;
  /** Names of the package's entries. */
  readonly packaged: readonly string[];
}

/**
 * What would keep this binary from starting in that image, and symbols it ships without need. Layers and the binary's own run path are
 * not known here: a library they bring is reported as missing.
 */
export function findingsOf(elf: Elf, { image, arch, packaged }: Deployment): readonly Finding[] {
  const { glibc, libraries } = IMAGES[image];
  const loader = LOADERS[arch];
  const entries = new Set(packaged);
  const provides = (library: string) =>
    libraries.has(library) || library === loader.soname || entries.has(library) || entries.has(`lib/${library}`);
  const findings: Finding[] = [];
  if (elf.machine !== arch) {
    // Its loader and libraries are those of another machine: nothing more can be said of them.
    findings.push({ kind: 'wrong-architecture', found: elf.machine, expected: arch });
  } else {
    const { interpreter } = elf;
    if (interpreter !== null && interpreter !== loader.path && interpreter !== `/usr${loader.path}` && !isPackaged(interpreter, entries)) {
      findings.push({ kind: 'interpreter', found: interpreter, expected: loader.path });
    }
    for (const library of new Set(elf.needed)) if (!provides(library)) findings.push({ kind: 'missing-library', library, image });
    if (elf.glibc !== null && compareVersions(elf.glibc, glibc) > 0)
      findings.push({ kind: 'glibc-too-new', needed: elf.glibc, provided: glibc, image });
  }
  if (elf.symbols !== 'none' && elf.strippable > 0)
    findings.push({ kind: 'ships-symbols', saving: elf.strippable, sections: largestOf(elf.unneeded) });
  return findings;
}

function largestOf(sections: Elf['unneeded']): { name: string; size: Bytes }[] {
  return sections
    .toSorted((a, b) => b.size - a.size)
    .slice(0, 5)
    .map(({ name, size }) => ({ name, size }));
}

function isPackaged(path: string, entries: ReadonlySet<string>): boolean {
  return path.startsWith(TASK_ROOT) && entries.has(path.slice(TASK_ROOT.length));
}
