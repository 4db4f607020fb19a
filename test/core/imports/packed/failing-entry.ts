import postgres from 'postgres'
import type { openArchiveRoom } from './archive-room.ts'

type Room = Pick<Awaited<ReturnType<typeof openArchiveRoom>>, 'superuserUrl'>

/** As an error of ours in the middle of one: the transaction that puts such a path on record fails. */
export const failAt = (room: Room, path: string) =>
  asOwner(room, client =>
    client.unsafe(`
      create or replace function fail_at() returns trigger language plpgsql as
      $$ begin if new.path = '${path}' then raise 'a fault of ours'; end if; return new; end $$;
      create trigger fail_at before insert on uploaded_files for each row execute function fail_at()`),
  )
export const mend = (room: Room) =>
  asOwner(room, client => client.unsafe('drop trigger fail_at on uploaded_files; drop function fail_at()'))

async function asOwner(room: Room, work: (client: postgres.Sql) => Promise<unknown>): Promise<void> {
  const client = postgres(room.superuserUrl, { max: 1, onnotice: () => {} })
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
