import { isAscii, isUtf8 } from 'node:buffer'
import type { Entry } from 'yauzl'

const IS_UTF8 = 0x800
/** In which some packers say a name once more, in UTF-8. */
const UNICODE_PATH = 0x7075

/**
 * As its packer meant it. Some, such as macOS's, write UTF-8 and do not say so, and their names would be read in the
 * alphabet of DOS; a name in that is hardly ever UTF-8 by chance. Folders that are `.` are none.
 */
export const entryName = ({ fileName, fileNameRaw, generalPurposeBitFlag, extraFields }: Entry): string => {
  const isTold = (generalPurposeBitFlag & IS_UTF8) !== 0 || extraFields.some(({ id }) => id === UNICODE_PATH)
  const isUntold = !isTold && !isAscii(fileNameRaw) && isUtf8(fileNameRaw)
  const name = isUntold ? fileNameRaw.toString('utf8').replaceAll('\\', '/') : fileName
  return name.replaceAll(/(?<=^|\/)(?:\.\/)+/g, '')
}
