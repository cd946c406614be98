/** An answer of Kaneo's own routes that is not 200: plain text, or JSON for schema errors and crashes. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly body: string | object;

  constructor(status: number, body: string | object) {
    super(typeof body === "string" ? body : JSON.stringify(body));
    this.status = status;
    this.body = body;
  }
}

/** The row of this id. @throws Refusal 404 that names what there is not. */
export function requireRow<Row>(rows: ReadonlyMap<string, Row>, id: string, name: string): Row {
  const row = rows.get(id);
  if (row !== undefined) return row;
  throw new Refusal(404, `${name} not found`);
}

/** What Kaneo says when its database refuses a value: a bad date, NUL, an unknown foreign key. */
export function crash(): Refusal {
  return new Refusal(500, { message: "Internal Server Error" });
}

/** A time that is not checked before the database has it. @throws Refusal 500 for what is none. */
export function instant(value: string): string {
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) throw crash();
  return date.toISOString();
}
