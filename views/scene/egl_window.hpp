// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <EGL/egl.h>
#include <vtkGenericOpenGLRenderWindow.h>

namespace waferscope::views {

/// A render window without X: a surfaceless EGL context read back into an image. Debian's VTK has no EGL
/// window of its own, and its GLEW reports failure although every entry point was loaded.
class EglWindow : public vtkGenericOpenGLRenderWindow {
public:
    static EglWindow* New();
    vtkTypeMacro(EglWindow, vtkGenericOpenGLRenderWindow)

    /// False when this machine has no EGL or no OpenGL 3.2.
    bool create();
    /// Frees GL objects while the context is current; the display stays (it is shared by all windows).
    void close();

    void MakeCurrent() override;
    bool IsCurrent() override;
    int SupportsOpenGL() override { return 1; }
    void OpenGLInitContext() override;

private:
    EGLDisplay display_ = nullptr;
    EGLContext context_ = nullptr;
};

}  // namespace waferscope::views
