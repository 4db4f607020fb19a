/** Whether an instant lies in the years that both ISO 8601 and PostgreSQL write with four digits, in UTC: 1 to 9999. */
export function hasFourDigitYear(instant: Date): boolean {
  const year = instant.getUTCFullYear()
  return year >= 1 && year <= 9999
}
