export interface Statement {
  text: string;
  values: unknown[];
}

class Raw {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const isStatement = (value: unknown): value is Statement =>
  typeof value === "object" && value !== null && "text" in value && "values" in value;

export const identifier = (name: string): Raw => new Raw(`"${name.replaceAll('"', '""')}"`);

export function sql(strings: TemplateStringsArray, ...inputs: unknown[]): Statement {
  const values: unknown[] = [];
  let text = strings[0] ?? "";
  inputs.forEach((input, index) => {
    if (input instanceof Raw) {
      text += input.text;
    } else if (isStatement(input)) {
      text += input.text.replace(/\$(\d+)/g, (_match, number: string) => `$${Number(number) + values.length}`);
      values.push(...input.values);
    } else {
      values.push(input);
      text += `$${values.length}`;
    }
    text += strings[index + 1] ?? "";
  });
  return { text, values };
}

export function allOf(conditions: Statement[]): Statement {
  return conditions.reduce((left, right) => sql`${left} and ${right}`);
}
