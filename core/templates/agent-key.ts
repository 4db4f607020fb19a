/**
 * How two spellings of an agent's key are one: trimmed, in lower case, in Unicode form C. Files, agents and aliases
 * all go through here, so that they meet.
 */
export const foldAgentKey = (key: string): string => key.trim().toLowerCase().normalize('NFC')
