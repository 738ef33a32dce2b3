//! Sheets read cell by cell: calamine unpacks and parses on this thread while another makes seeds of the rows before.

use super::damaged::damaged;
use super::extras::Extras;
use crate::ImportError;
use crate::cell::MAX_COLUMNS;
use crate::file::File;
use crate::sheet::SheetRows;
use crate::value::Value;
use calamine::{Cell, DataRef};
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::thread;

/// Cells handed over at a time; whole rows, so a little more.
const BATCH_CELLS: usize = 4_096;
/// Batches that may wait, which bounds what is held.
const WAITING: usize = 4;

type Cells<'c> = Vec<Cell<DataRef<'c>>>;

/// Reads a sheet to its end, or to where it proves to have no header; `extras` are laid over its rows.
pub(super) fn read<'a, 'c>(
    file: &File<'_>,
    sheet: SheetRows<'a>,
    mut extras: Extras,
    mut next: impl FnMut() -> Result<Option<Cell<DataRef<'c>>>, ImportError>,
) -> Result<SheetRows<'a>, ImportError> {
    thread::scope(|scope| {
        let (send, receive) = sync_channel(WAITING);
        let (give_back, used) = channel();
        let rows = scope.spawn(move || take_rows(sheet, &mut extras, &receive, &give_back));
        let mut batch: Cells<'c> = Vec::with_capacity(BATCH_CELLS);
        let mut last_row = 0;
        while let Some(cell) = next()? {
            let (row, column) = cell.get_position();
            if row < last_row {
                let message = format!("row {} stands after row {}", row + 1, last_row + 1);
                return Err(damaged(file, None, &message));
            }
            if row > last_row && batch.len() >= BATCH_CELLS {
                // Cells are freed where they were made: the allocator is slow to take them from another thread.
                let mut next = used.try_recv().unwrap_or_default();
                next.clear();
                let full = std::mem::replace(&mut batch, next);
                // Nobody takes it: the rows so far are enough, or one was refused.
                if send.send(full).is_err() {
                    break;
                }
            }
            last_row = row;
            if (column as usize) < MAX_COLUMNS && !matches!(cell.get_value(), DataRef::Empty) {
                batch.push(cell);
            }
            if batch.len() > BATCH_CELLS + MAX_COLUMNS {
                let message = format!("row {} has columns more than once", row + 1);
                return Err(damaged(file, None, &message));
            }
        }
        let _ = send.send(batch);
        drop(send);
        rows.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn take_rows<'a, 'c>(
    mut sheet: SheetRows<'a>,
    extras: &mut Extras,
    receive: &Receiver<Cells<'c>>,
    give_back: &Sender<Cells<'c>>,
) -> Result<SheetRows<'a>, ImportError> {
    for batch in receive {
        for cells in batch.chunk_by(|one, next| one.get_position().0 == next.get_position().0) {
            let width = cells.iter().map(|cell| cell.get_position().1 as usize + 1).max().unwrap_or(0);
            let mut row = vec![Value::Empty; width];
            for cell in cells {
                row[cell.get_position().1 as usize] = Value::of_cell(cell.get_value());
            }
            extras.apply(cells[0].get_position().0, &mut row);
            if !sheet.row(i64::from(cells[0].get_position().0) + 1, &row)? {
                return Ok(sheet);
            }
        }
        let _ = give_back.send(batch);
    }
    Ok(sheet)
}
