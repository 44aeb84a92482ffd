/**
 * Where packages come from: the public registry and nowhere else, so that `npm ci` works for everybody.
 */

const REGISTRY = 'registry.npmjs.org'

export function findForeignHosts(lockfile) {
  const { packages } = JSON.parse(lockfile)
  return Object.entries(packages)
    .filter(([, { resolved, link }]) => resolved !== undefined && !link)
    .filter(([, { resolved }]) => !URL.canParse(resolved) || new URL(resolved).host !== REGISTRY)
    .map(
      ([name, { resolved }]) =>
        `package-lock.json: ${name} comes from ${resolved}; only ${REGISTRY} may be named`,
    )
}
