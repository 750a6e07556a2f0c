// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPixmap>
#include <QStringList>

namespace waferscope::app {

/// Absolute paths, newest first, at most ten. Kept in the user's settings.
QStringList recent_files();
/// Puts `path` first; `picture` is what its view looked like and may be null.
void remember_file(const QString& path, const QPixmap& picture);
/// The picture kept for `path`, or a plain file icon.
QPixmap recent_picture(const QString& path);

}  // namespace waferscope::app
