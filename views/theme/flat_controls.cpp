// SPDX-License-Identifier: GPL-3.0-or-later
// The larger controls of FlatStyle: menus, tabs, scroll bars, combo boxes.
#include "views/theme/flat_style.hpp"
#include "views/theme/glyphs.hpp"

#include <QPainter>
#include <QStyleOption>

namespace waferscope::views {
namespace {

/// `icon` in one colour, at the size and ratio it will be drawn.
QIcon tinted(const QIcon& icon, const QSize& size, const QColor& color, double ratio) {
    if (icon.isNull()) return icon;
    QPixmap picture = icon.pixmap(size, ratio);
    QPainter painter(&picture);
    painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
    painter.fillRect(picture.rect(), color);
    painter.end();
    return {picture};
}

}  // namespace

void FlatStyle::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                            const QWidget* widget) const {
    switch (element) {
        case CE_ToolBar:
        case CE_MenuBarEmptyArea:
            painter->fillRect(option->rect, theme_.panel);
            return;
        case CE_HeaderSection:
        case CE_HeaderEmptyArea:
            draw_header(option, painter);
            return;
        case CE_Splitter:
            draw_splitter(option, painter);
            return;
        case CE_TabBarTabShape:
            draw_tab_shape(option, painter);
            return;
        case CE_MenuItem:
            draw_menu_item(option, painter, widget);
            return;
        case CE_MenuBarItem:
            draw_menu_bar_item(option, painter, widget);
            return;
        case CE_PushButtonLabel: {
            const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option);
            if (button == nullptr || widget == nullptr) break;
            QStyleOptionButton copy = *button;
            const bool enabled = option->state.testFlag(State_Enabled);
            const bool primary = widget->property("role").toString() == QStringLiteral("primary");
            if (enabled && primary) {
                copy.palette.setColor(QPalette::ButtonText, theme_.on_accent);
                copy.icon = tinted(copy.icon, copy.iconSize, theme_.on_accent, widget->devicePixelRatioF());
            } else if (enabled && option->state.testFlag(State_On)) {
                copy.palette.setColor(QPalette::ButtonText, theme_.on_selection);
            }
            QProxyStyle::drawControl(element, &copy, painter, widget);
            return;
        }
        default:
            break;
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

void FlatStyle::draw_tab_shape(const QStyleOption* option, QPainter* painter) const {
    const bool active = option->state.testFlag(State_Selected);
    const bool hot = option->state.testFlag(State_MouseOver) && !active;
    painter->fillRect(option->rect, active ? theme_.panel : hot ? theme_.hover : theme_.window);
    if (active)
        painter->fillRect(QRect(option->rect.left(), option->rect.bottom() - 1, option->rect.width(), 2),
                          theme_.accent);
}

void FlatStyle::draw_menu_bar_item(const QStyleOption* option, QPainter* painter,
                                   const QWidget* widget) const {
    painter->fillRect(option->rect, theme_.panel);
    const bool active = option->state.testFlag(State_Selected) && option->state.testFlag(State_Enabled);
    if (active) frame(painter, option->rect.adjusted(1, 2, -1, -2), {}, theme_.hover, 4);
    const auto* item = qstyleoption_cast<const QStyleOptionMenuItem*>(option);
    if (item == nullptr) return;
    proxy()->drawItemText(painter, option->rect, Qt::AlignCenter | Qt::TextHideMnemonic, option->palette,
                          option->state.testFlag(State_Enabled), item->text, QPalette::WindowText);
    Q_UNUSED(widget);
}

void FlatStyle::draw_menu_item(const QStyleOption* option, QPainter* painter,
                               const QWidget* /*widget*/) const {
    const auto* item = qstyleoption_cast<const QStyleOptionMenuItem*>(option);
    if (item == nullptr) return;
    const QRect rect = option->rect;
    if (item->menuItemType == QStyleOptionMenuItem::Separator) {
        painter->fillRect(QRect(rect.left() + 8, rect.center().y(), rect.width() - 16, 1), theme_.border);
        return;
    }
    const bool enabled = option->state.testFlag(State_Enabled);
    const bool active = option->state.testFlag(State_Selected) && enabled;
    if (active) painter->fillRect(rect.adjusted(3, 0, -3, 0), theme_.selection);
    const QColor color = !enabled ? theme_.disabled : active ? theme_.on_selection : theme_.text;
    const QRectF mark(rect.left() + 8, rect.center().y() - 7, 15, 15);
    if (item->checked)
        draw_icon(*painter, Icon::check, mark, color);
    else if (!item->icon.isNull())
        item->icon.paint(painter, mark.toRect(), Qt::AlignCenter,
                         !enabled ? QIcon::Disabled
                         : active ? QIcon::Selected
                                  : QIcon::Normal);
    const auto tab = item->text.indexOf(u'\t');
    const QRect text_rect = rect.adjusted(30, 0, -14, 0);
    painter->setFont(item->font);
    painter->setPen(color);
    painter->drawText(text_rect, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextHideMnemonic,
                      item->text.left(tab));
    if (tab >= 0) {
        painter->setPen(active || !enabled ? color : theme_.text3);
        painter->drawText(text_rect, Qt::AlignVCenter | Qt::AlignRight, item->text.mid(tab + 1));
    }
    if (item->menuItemType == QStyleOptionMenuItem::SubMenu)
        draw_icon(*painter, Icon::chevron_right, QRectF(rect.right() - 18, rect.center().y() - 6, 13, 13),
                  color);
}

void FlatStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option,
                                   QPainter* painter, const QWidget* widget) const {
    if (control == CC_ScrollBar) return draw_scroll_bar(option, painter, widget);
    if (control == CC_ComboBox) return draw_combo(option, painter, widget);
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

void FlatStyle::draw_scroll_bar(const QStyleOptionComplex* option, QPainter* painter,
                                const QWidget* widget) const {
    painter->fillRect(option->rect, theme_.panel);
    const QRect slider = proxy()->subControlRect(CC_ScrollBar, option, SC_ScrollBarSlider, widget);
    const bool hot = option->state.testFlag(State_MouseOver);
    const bool flat = option->state.testFlag(State_Horizontal);
    const QRect bar = flat ? slider.adjusted(1, 2, -1, -2) : slider.adjusted(2, 1, -2, -1);
    frame(painter, bar, {}, hot ? theme_.border_strong : theme_.border, 3);
}

void FlatStyle::draw_combo(const QStyleOptionComplex* option, QPainter* painter,
                           const QWidget* widget) const {
    const auto* combo = qstyleoption_cast<const QStyleOptionComboBox*>(option);
    if (combo == nullptr) return;
    const bool enabled = option->state.testFlag(State_Enabled);
    const bool hot = enabled && option->state.testFlag(State_MouseOver);
    const bool focus = option->state.testFlag(State_HasFocus);
    if (combo->frame || hot)
        frame(painter, option->rect,
              focus ? theme_.focus
              : hot ? theme_.border_strong
                    : theme_.border,
              hot ? theme_.hover : theme_.raised, 4);
    const QRect arrow = proxy()->subControlRect(CC_ComboBox, option, SC_ComboBoxArrow, widget);
    draw_icon(*painter, Icon::chevron_down, QRectF(arrow.center().x() - 6, arrow.center().y() - 6, 13, 13),
              enabled ? theme_.text2 : theme_.disabled);
}

}  // namespace waferscope::views
