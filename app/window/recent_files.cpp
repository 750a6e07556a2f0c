// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/recent_files.hpp"

#include "views/theme/glyphs.hpp"

#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>
#include <QSettings>
#include <QStandardPaths>

namespace waferscope::app {
namespace {

constexpr int kMost = 10;
constexpr QSize kPicture{192, 120};

QString picture_path(const QString& path) {
    const auto key = QCryptographicHash::hash(path.toUtf8(), QCryptographicHash::Sha1).toHex();
    return QStandardPaths::writableLocation(QStandardPaths::CacheLocation) +
           QStringLiteral("/recent/%1.png").arg(QString::fromLatin1(key));
}

}  // namespace

QStringList recent_files() {
    return QSettings().value(QStringLiteral("recent")).toStringList();
}

void remember_file(const QString& path, const QPixmap& picture) {
    const auto full = QFileInfo(path).absoluteFilePath();
    auto files = recent_files();
    files.removeAll(full);
    files.prepend(full);
    QSettings().setValue(QStringLiteral("recent"), files.mid(0, kMost));
    if (picture.isNull()) return;
    const auto file = picture_path(full);
    QDir().mkpath(QFileInfo(file).path());
    picture.scaled(kPicture, Qt::KeepAspectRatioByExpanding, Qt::SmoothTransformation)
        .copy(QRect(QPoint(), kPicture))
        .save(file);
}

QPixmap recent_picture(const QString& path) {
    QPixmap kept(picture_path(path));
    return kept.isNull() ? views::make_icon(views::Icon::trace).pixmap(40, 40) : kept;
}

}  // namespace waferscope::app
