/** The options of `keelson-review`, and the page that tells about them. */

export const OPTIONS = {
  root: { type: 'string' },
  rule: { type: 'string', multiple: true },
  'min-confidence': { type: 'string' },
  'fail-on': { type: 'string' },
  changed: { type: 'string' },
  baseline: { type: 'string' },
  'no-baseline': { type: 'boolean' },
  'write-baseline': { type: 'boolean' },
  fix: { type: 'boolean' },
  'fix-dry-run': { type: 'boolean' },
  format: { type: 'string', multiple: true },
  json: { type: 'boolean' },
  output: { type: 'string', multiple: true },
  explain: { type: 'string' },
  'list-rules': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const

export const HELP = `keelson-review: reads a Node backend and its SQL migrations, and reports what will hurt, with the fix.

  keelson-review [options] [paths …]

  The whole project below the root is read; paths (files or folders in it) choose what is reported.

      --root <folder>          What is reviewed. Default: the current folder.
      --rule <id>              Only this rule; may be repeated.
      --min-confidence <word>  certain, or likely (default): how sure a finding must be to be reported.
      --fail-on <severity>     critical, high (default), medium, low, or never: from where on findings fail the run.

      --changed[=BASE]         Only findings on lines changed since the branch left BASE (default: origin/main, main,
                               origin/master, master: the first there is).
      --baseline <file>        Findings in it are not reported. Default: keelson-review.baseline.json where it exists.
      --no-baseline            Reports those, too.
      --write-baseline         Writes all findings of now to the baseline.

      --fix                    Applies the edits that findings offer, then reviews again.
      --fix-dry-run            Shows what --fix would do.

      --format <name>          text (default), json, sarif or github; may be repeated.
      --json                   The same as --format json.
      --output <file>          Where the format named before it goes; the others go to stdout.

      --explain <rule>         What the rulebook says about it.
      --list-rules
  -h, --help
  -v, --version

Exit code: 0 no finding fails the run, 1 some do, 2 the command line or the settings are wrong, 3 a defect of ours.
Settings: keelson-review.json in the root; none are needed. Environment: NO_COLOR, FORCE_COLOR.
`
