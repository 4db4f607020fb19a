import { nameIn, recordingKey, withoutDrive } from './recording-names.ts'

/** What a usable recording is known by when contacts' names are held against it. */
export interface RecordingFile {
  id: string
  path: string
  kind: 'AUDIO' | 'SCREEN'
}

export interface Fit<F extends RecordingFile> {
  how: 'PATH' | 'NAME' | 'STEM'
  files: F[]
}

/** A name that more files than these have says nothing: a person would not choose among them either. */
export const MOST_ALIKE = 20

export interface RecordingShelves<F extends RecordingFile = RecordingFile> {
  add(files: readonly F[]): void
  /**
   * Every file that answers a name best; those that `among` leaves out are not there. Of more than MOST_ALIKE only so
   * many and one more.
   */
  best(name: string, among: (file: F, how: Fit<F>['how']) => boolean): Fit<F> | undefined
}

/**
 * Recordings as names find them. A name may be a path of the recorder's own machine, so as much of the path counts as
 * both have: drives, shares and whatever lies above the folder that is sent are left off the front.
 *
 *   PATH  the whole path, or else one is the end of the other and they have a folder in common
 *   NAME  the name, as it is written: as paths with a folder in common but for its case, or else as names
 *   STEM  the same without ending and case: as paths with a folder in common, or else as names
 *
 * The first that any file answers counts alone. Paths and names are compared in NFC, whichever slash divides them.
 */
export const recordingShelves = <F extends RecordingFile>(): RecordingShelves<F> => {
  const [tails, names, foldedTails, keys] = [shelf<F>(), shelf<F>(), shelf<F>(), shelf<F>()]
  return {
    add(files) {
      for (const file of files) {
        tails.put(tailOf(file.path), file)
        names.put(nameIn(file.path), file)
        foldedTails.put(tailOf(folded(file.path)), file)
        keys.put(recordingKey(file.path), file)
      }
    },
    best(name, among) {
      const path = pathOf(name)
      const inFolder = path.lastIndexOf('/') > 0
      const near = inFolder || startsAtRoot.test(name) ? tails.at(tailOf(path)) : []
      const nearFolded = inFolder ? foldedTails.at(tailOf(folded(path))) : []
      const levels = [
        ['PATH', near, (file: F) => file.path === path],
        ['PATH', near, (file: F) => endsAlike(file.path, path)],
        [
          'NAME',
          nearFolded,
          (file: F) => nameIn(file.path) === nameIn(path) && inLikeFolder(file.path, path),
        ],
        ['NAME', names.at(nameIn(path)), () => true],
        ['STEM', nearFolded, (file: F) => inLikeFolder(file.path, path)],
        ['STEM', keys.at(recordingKey(name)), () => true],
      ] as const
      for (const [how, files, fits] of levels) {
        const found: F[] = []
        for (const file of files) {
          if (fits(file) && among(file, how)) found.push(file)
          if (found.length > MOST_ALIKE) break
        }
        if (found.length > 0) return { how, files: found }
      }
      return undefined
    },
  }
}

const shelf = <F>() => {
  const places = new Map<string, F[]>()
  return {
    at: (place: string): readonly F[] => places.get(place) ?? [],
    put(place: string, file: F) {
      const there = places.get(place)
      if (there) there.push(file)
      else places.set(place, [file])
    },
  }
}

const startsAtRoot = /^[\\/](?![\\/])/

/** `D:\Rec\a.wav` and `//srv/rec/a.wav` as `/Rec/a.wav` and `/srv/rec/a.wav`. */
const pathOf = (name: string): string =>
  withoutDrive(name.normalize('NFC'))
    .replaceAll(/[\\/]+/g, '/')
    .replace(/^\/?/, '/')

/** Without ending and case. */
const folded = (path: string): string =>
  path.slice(0, path.lastIndexOf('/') + 1).toLowerCase() + recordingKey(path)

/** The name with the folder it is in, the root's included. */
const tailOf = (path: string): string => path.slice(path.lastIndexOf('/', path.lastIndexOf('/') - 1))

/** One is the end of the other, and there is a folder in it. */
const endsAlike = (one: string, other: string): boolean => {
  const [shorter, longer] = one.length < other.length ? [one, other] : [other, one]
  return longer.endsWith(shorter) && shorter.lastIndexOf('/') > 0
}

const inLikeFolder = (one: string, other: string): boolean => endsAlike(folded(one), folded(other))
